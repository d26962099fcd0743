package dev.gaia.asset.image;

import dev.gaia.asset.store.Content;
import java.awt.Color;
import java.util.Map;
import java.util.Optional;

/** Makes the preview of any asset: a small copy of a picture, else a colour that stands for the category. */
public final class MakePreview {

    private static final Map<String, Color> COLOURS = Map.of(
            "environment", new Color(0x4f7a5b),
            "character", new Color(0xa0675a),
            "prop", new Color(0x7c6f9c),
            "audio", new Color(0x3f6d8e),
            "texture", new Color(0x8a7a56),
            "animation", new Color(0x9c5a7e),
            "image", new Color(0x5a6b7c));

    private final Pictures pictures;

    public MakePreview(Pictures pictures) {
        this.pictures = pictures;
    }

    /**
     * The preview as PNG.
     *
     * @param picture the asset itself, or a picture of it; empty without one
     */
    public byte[] of(String category, Optional<Content> picture) throws InterruptedException {
        Optional<byte[]> preview = picture.isPresent() ? pictures.preview(picture.get()) : Optional.empty();
        return preview.orElseGet(() -> Pictures.plain(
                COLOURS.getOrDefault(category, Color.GRAY), Pictures.PREVIEW_PIXELS, Pictures.PREVIEW_PIXELS));
    }
}
