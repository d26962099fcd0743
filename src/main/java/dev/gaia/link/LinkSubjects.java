package dev.gaia.link;

/** Names of the link on NATS. */
final class LinkSubjects {

    private static final String PREFIX = "gaia.link.";

    private LinkSubjects() {}

    /** {@code chat} of {@code chat-complete}. */
    static String segment(String flow) {
        int dash = flow.indexOf('-');
        if (dash < 1) {
            throw new IllegalArgumentException(
                    "`nats:%s` is no link: a flow is named <segment>-<verb or noun>, a subject has dots"
                            .formatted(flow));
        }
        return flow.substring(0, dash);
    }

    /** {@code gaia.link.chat.chat-complete}. */
    static String request(String flow) {
        return PREFIX + segment(flow) + "." + flow;
    }

    /** {@code gaia.link.chat.cancel}; no flow can have this subject, since flows start with their segment's name. */
    static String cancel(String flow) {
        return PREFIX + segment(flow) + ".cancel";
    }

    /** {@code gaia-chat}: each request goes to one process that serves the segment. */
    static String queueGroup(String flow) {
        return "gaia-" + segment(flow);
    }
}
