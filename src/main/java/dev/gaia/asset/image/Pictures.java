package dev.gaia.asset.image;

import dev.gaia.asset.store.Content;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import net.coobird.thumbnailator.Thumbnails;

/**
 * Reads and makes pictures. A picture's size is read from its head; one with more pixels than the limit is never
 * decoded, however few bytes it has. Large ones are read at a fraction of their resolution.
 */
public final class Pictures {

    /** Width and height of a preview at most. */
    public static final int PREVIEW_PIXELS = 512;

    private static final int DECODED_SIDE_MAX = 1024;
    private static final int PERMITS = 1000;

    private final long pixelsMax;

    /** Some readers hold a whole picture however little of it is wanted, so all at work share the pixels of the largest. */
    private final Semaphore decoding = new Semaphore(PERMITS, true);

    /** @param pixelsMax width times height of the largest picture that is decoded */
    public Pictures(long pixelsMax) {
        this.pixelsMax = pixelsMax;
        ImageIO.setUseCache(false);
    }

    public long pixelsMax() {
        return pixelsMax;
    }

    /** Width and height from the head of a picture; empty when it cannot be read as one. */
    public Optional<Dimension> size(Content picture) {
        try (ImageInputStream stream = source(picture)) {
            Optional<ImageReader> found = reader(stream);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            ImageReader reader = found.get();
            try {
                reader.setInput(stream, true, true);
                return Optional.of(new Dimension(reader.getWidth(0), reader.getHeight(0)));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Is the picture too large to be decoded? What has no readable size is. */
    public boolean tooLarge(Content picture) {
        return size(picture)
                .map(size -> (long) size.width * size.height > pixelsMax)
                .orElse(true);
    }

    /** A PNG that fits into 512 by 512, opaque; empty when the picture cannot be read or is too large. */
    public Optional<byte[]> preview(Content picture) throws InterruptedException {
        Optional<Dimension> size = size(picture);
        long pixels = size.map(found -> (long) found.width * found.height).orElse(Long.MAX_VALUE);
        if (pixels > pixelsMax) {
            return Optional.empty();
        }
        int share = (int) Math.max(1, pixels * PERMITS / pixelsMax);
        decoding.acquire(share);
        try {
            BufferedImage decoded = decode(picture);
            BufferedImage opaque =
                    new BufferedImage(decoded.getWidth(), decoded.getHeight(), BufferedImage.TYPE_INT_RGB);
            Graphics2D canvas = opaque.createGraphics();
            canvas.drawImage(decoded, 0, 0, Color.WHITE, null);
            canvas.dispose();
            var png = new ByteArrayOutputStream();
            boolean small = opaque.getWidth() <= PREVIEW_PIXELS && opaque.getHeight() <= PREVIEW_PIXELS;
            var scaled = Thumbnails.of(opaque).outputFormat("png");
            (small ? scaled.scale(1) : scaled.size(PREVIEW_PIXELS, PREVIEW_PIXELS)).toOutputStream(png);
            return Optional.of(png.toByteArray());
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        } finally {
            decoding.release(share);
        }
    }

    /** A picture of one colour, for what has no picture of its own. */
    public static byte[] plain(Color colour, int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = picture.createGraphics();
        canvas.setColor(colour);
        canvas.fillRect(0, 0, width, height);
        canvas.dispose();
        return png(picture);
    }

    /** The bytes of a picture as PNG. */
    public static byte[] png(BufferedImage picture) {
        var png = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", png);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return png.toByteArray();
    }

    private static BufferedImage decode(Content picture) throws IOException {
        try (ImageInputStream stream = source(picture)) {
            ImageReader reader = reader(stream).orElseThrow(() -> new IOException("no reader"));
            try {
                reader.setInput(stream, true, true);
                int side = Math.max(reader.getWidth(0), reader.getHeight(0));
                int step = Math.max(1, side / DECODED_SIDE_MAX);
                var parameters = reader.getDefaultReadParam();
                parameters.setSourceSubsampling(step, step, 0, 0);
                return reader.read(0, parameters);
            } finally {
                reader.dispose();
            }
        }
    }

    /** From the disk when it lies there: a picture is never held as a whole beside its pixels. */
    private static ImageInputStream source(Content picture) throws IOException {
        Object source = switch (picture) {
            case Content.Held held -> new ByteArrayInputStream(held.bytes());
            case Content.OnDisk file -> file.path().toFile();
        };
        ImageInputStream stream = ImageIO.createImageInputStream(source);
        if (stream == null) {
            throw new IOException("the picture cannot be opened");
        }
        return stream;
    }

    private static Optional<ImageReader> reader(ImageInputStream stream) {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
        return readers.hasNext() ? Optional.of(readers.next()) : Optional.empty();
    }
}
