package dev.gaia.asset.store;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the links under which clients find stored files, and recognises those it signed. Links that end are made for
 * each answer and never kept.
 */
public final class FileLinks {

    /** Where links lead. */
    enum Target {
        /** To the gateway, which asks for the signature of a private file. */
        GATEWAY,
        /** To the bucket, which everybody may read. */
        PUBLIC,
        /** To the bucket, which asks for its own signature. */
        SIGNED
    }

    private final Target target;
    private final String base;
    private final Duration life;
    private final LinkSigner signer;
    private final ObjectStore store;
    private final String bucket;

    /** @param base start of every link that is not signed by the bucket; empty for the bucket's own */
    FileLinks(Target target, String base, Duration life, LinkSigner signer, ObjectStore store, String bucket) {
        this.target = target;
        this.base = base;
        this.life = life;
        this.signer = signer;
        this.store = store;
        this.bucket = bucket;
    }

    /**
     * Links for one answer.
     *
     * @param files which files, and for each whether it is private
     * @throws IOException when the bucket has to sign and does not answer
     */
    public Map<ObjectPath, String> links(Map<ObjectPath, Boolean> files) throws IOException, InterruptedException {
        List<ObjectPath> toSign = files.entrySet().stream()
                .filter(file -> target == Target.SIGNED || (target == Target.PUBLIC && file.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        Map<ObjectPath, String> links = new HashMap<>();
        if (!toSign.isEmpty()) {
            links.putAll(store.signedLinks(toSign, life));
        }
        files.forEach((path, isPrivate) -> {
            if (!toSign.contains(path)) {
                links.put(path, isPrivate ? own(path) + "?" + signer.query(path, life.toSeconds()) : own(path));
            }
        });
        return links;
    }

    /** Name of the bucket that the files lie in. */
    public String bucket() {
        return bucket;
    }

    private String own(ObjectPath path) {
        return base.isEmpty() ? store.publicLink(path) : base + "/" + path;
    }

    /** Was the link signed here, for this file, and has it not ended? */
    boolean signed(ObjectPath path, Map<String, String> query) {
        return signer.accepts(path, query);
    }
}
