package dev.gaia.asset.store;

import java.time.Duration;
import java.util.Map;

/** Makes the links under which clients find stored files, and recognises those it signed. */
public final class FileLinks {

    private final String base;
    private final Duration life;
    private final LinkSigner signer;

    FileLinks(String base, Duration life, LinkSigner signer) {
        this.base = base;
        this.life = life;
        this.signer = signer;
    }

    /** A link that stays good; only for files that everybody may see. */
    public String permanent(ObjectPath path) {
        return base + "/" + path;
    }

    /** A link that whoever has it may use for a while. */
    public String signed(ObjectPath path) {
        return permanent(path) + "?" + signer.query(path, life.toSeconds());
    }

    /** Was the link signed here, for this file, and has it not ended? */
    boolean signed(ObjectPath path, Map<String, String> query) {
        return signer.accepts(path, query);
    }
}
