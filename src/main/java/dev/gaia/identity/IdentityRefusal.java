package dev.gaia.identity;

import java.io.Serial;

/** A refusal in the words of Supabase Auth, whose clients go by the code. Without stack trace: it reports a decision. */
public final class IdentityRefusal extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    IdentityRefusal(int status, String code, String text) {
        super(text, null, false, false);
        this.status = status;
        this.code = code;
    }

    static IdentityRefusal invalid(String text) {
        return new IdentityRefusal(400, "validation_failed", text);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
