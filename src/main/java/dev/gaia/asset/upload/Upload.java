package dev.gaia.asset.upload;

import dev.gaia.asset.store.Content;
import dev.gaia.asset.store.ObjectPath;
import java.util.List;
import java.util.UUID;

/**
 * A file that passed every check, and what its sender says about it.
 *
 * @param file the bytes, in a temporary file
 * @param styleTags in lower case
 * @param sha256 lower-case hex of the bytes
 */
record Upload(
        UUID id,
        Content file,
        FileName name,
        FileKind kind,
        String title,
        String description,
        String category,
        List<String> styleTags,
        String license,
        String attribution,
        String visibility,
        String sha256) {

    Upload {
        styleTags = List.copyOf(styleTags);
    }

    ObjectPath path() {
        return new ObjectPath("community/" + category + "/" + id + "_" + name.text());
    }

    ObjectPath previewPath() {
        return new ObjectPath("previews/" + id + ".png");
    }
}
