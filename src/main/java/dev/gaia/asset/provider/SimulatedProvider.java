package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Exchanges;
import dev.gaia.asset.image.Pictures;
import dev.gaia.asset.store.Content;
import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.Font;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step that makes what variable {@code call} asks for without any provider: a picture, also one that adapts another, a cube or
 * a tone, small but valid, and always marked as simulated. The words {@code simulate:fail}, {@code simulate:timeout} and {@code simulate:refuse}
 * in the description make it fail as a provider would.
 */
final class SimulatedProvider implements Processor {

    private static final int SIDE = 1024;
    private static final int SAMPLES_PER_SECOND = 8000;

    private final Duration delay;
    private final Pictures pictures;

    SimulatedProvider(Duration delay, Pictures pictures) {
        this.delay = delay;
        this.pictures = pictures;
    }

    @Override
    public void process(Exchange exchange) throws InterruptedException, ProviderFailure {
        JsonNode call = Exchanges.json(exchange, "call");
        Thread.sleep(delay);
        String words = call.path("description").asText();
        if (words.contains("simulate:fail")) {
            throw ProviderFailure.failed("simulated provider failed");
        }
        if (words.contains("simulate:timeout")) {
            throw ProviderFailure.timedOut("Task timed out after 10 minutes");
        }
        if (words.contains("simulate:refuse")) {
            throw ProviderFailure.rejected("content rejected by provider");
        }
        byte[] file = switch (call.path("category").asText()) {
            case "image", "texture" -> picture(call, base(exchange));
            case "audio" -> tone();
            default -> cube();
        };
        ObjectNode result = JsonNodeFactory.instance
                .objectNode()
                .put("format", call.path("delivery").asText());
        result.putObject("file").put("base64", Base64.getEncoder().encodeToString(file));
        result.putObject("metadata").put("simulated", true);
        exchange.getMessage().setBody(result);
    }

    /** The picture that is adapted; empty without one, or when it cannot be read. */
    private Optional<BufferedImage> base(Exchange exchange) throws InterruptedException {
        BaseFile base = exchange.getVariable("baseFile", BaseFile.class);
        if (base == null) {
            return Optional.empty();
        }
        Optional<byte[]> small = pictures.preview(Content.of(base.bytes()));
        try {
            return small.isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(ImageIO.read(new ByteArrayInputStream(small.get())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A gradient whose colours come from the description, shining through the picture that is adapted if there is one,
     * with a line that nobody can take for a picture.
     */
    private static byte[] picture(JsonNode call, Optional<BufferedImage> base) {
        int hash = call.path("description").asText().hashCode();
        var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = picture.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setPaint(
                new GradientPaint(0, 0, new Color(hash & 0xffffff), SIDE, SIDE, new Color((hash * 31) & 0xffffff)));
        canvas.fillRect(0, 0, SIDE, SIDE);
        canvas.setColor(new Color(255, 255, 255, 90));
        base.ifPresent(picked -> {
            canvas.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.7f));
            canvas.drawImage(picked, 0, 0, SIDE, SIDE, null);
            canvas.setComposite(AlphaComposite.SrcOver);
        });
        for (int i = 0; i < 5 && base.isEmpty(); i++) {
            int side = 120 + ((hash >>> (i * 5)) & 0x1f) * 12;
            canvas.fillOval(((hash >>> i) & 0x3ff) - side / 2, ((hash >>> (i + 7)) & 0x3ff) - side / 2, side, side);
        }
        label(canvas);
        canvas.dispose();
        return Pictures.png(picture);
    }

    /** Machines without fonts draw no words; the mark in the metadata does not depend on them. */
    private static void label(Graphics2D canvas) {
        try {
            canvas.setColor(Color.WHITE);
            canvas.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 48));
            canvas.drawString("simulated", 40, SIDE - 40);
        } catch (RuntimeException | LinkageError e) {
            canvas.fillRect(0, SIDE - 40, SIDE, 20);
        }
    }

    /** One second of a sine of 440 Hz, 16 bit, as WAV. */
    private static byte[] tone() {
        int bytes = SAMPLES_PER_SECOND * 2;
        var wav = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(ascii("RIFF")).putInt(36 + bytes).put(ascii("WAVEfmt "));
        wav.putInt(16).putShort((short) 1).putShort((short) 1);
        wav.putInt(SAMPLES_PER_SECOND).putInt(bytes).putShort((short) 2).putShort((short) 16);
        wav.put(ascii("data")).putInt(bytes);
        for (int i = 0; i < SAMPLES_PER_SECOND; i++) {
            wav.putShort((short) (12_000 * Math.sin(2 * Math.PI * 440 * i / SAMPLES_PER_SECOND)));
        }
        return wav.array();
    }

    /** A cube of 8 corners and 12 triangles as binary glTF. */
    private static byte[] cube() {
        float[] corners = {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1};
        short[] triangles = {
            0, 2, 1, 0, 3, 2, 4, 5, 6, 4, 6, 7, 0, 1, 5, 0, 5, 4, 2, 3, 7, 2, 7, 6, 1, 2, 6, 1, 6, 5, 3, 0, 4, 3, 4, 7
        };
        int cornerBytes = corners.length * 4;
        int triangleBytes = triangles.length * 2;
        String text = "{\"asset\":{\"version\":\"2.0\",\"generator\":\"Gaia simulated\"},\"scene\":0,"
                + "\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{\"mesh\":0}],\"meshes\":[{\"primitives\":[{"
                + "\"attributes\":{\"POSITION\":0},\"indices\":1}]}],\"buffers\":[{\"byteLength\":"
                + (cornerBytes + triangleBytes) + "}],\"bufferViews\":[{\"buffer\":0,\"byteOffset\":0,\"byteLength\":"
                + cornerBytes + ",\"target\":34962},{\"buffer\":0,\"byteOffset\":" + cornerBytes + ",\"byteLength\":"
                + triangleBytes + ",\"target\":34963}],\"accessors\":[{\"bufferView\":0,\"componentType\":5126,"
                + "\"count\":8,\"type\":\"VEC3\",\"min\":[0,0,0],\"max\":[1,1,1]},{\"bufferView\":1,"
                + "\"componentType\":5123,\"count\":" + triangles.length + ",\"type\":\"SCALAR\"}]}";
        byte[] json = ascii(text + " ".repeat((4 - text.length() % 4) % 4));
        int whole = 12 + 8 + json.length + 8 + cornerBytes + triangleBytes;
        var glb = ByteBuffer.allocate(whole).order(ByteOrder.LITTLE_ENDIAN);
        glb.put(ascii("glTF")).putInt(2).putInt(whole);
        glb.putInt(json.length).put(ascii("JSON")).put(json);
        glb.putInt(cornerBytes + triangleBytes).put(new byte[] {'B', 'I', 'N', 0});
        for (float corner : corners) {
            glb.putFloat(corner);
        }
        for (short triangle : triangles) {
            glb.putShort(triangle);
        }
        return glb.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
