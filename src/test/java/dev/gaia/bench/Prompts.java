package dev.gaia.bench;

/** The bodies of the bench's requests: a short conversation in the form of OpenAI, as every target understands it. */
final class Prompts {

    private static final String TEMPLATE = """
            {"model":"%s","stream":%s,"messages":[\
            {"role":"system","content":"You are the guide of a small museum. Answer in one sentence and stay friendly."},\
            {"role":"user","content":"%sGood morning! I am here with my two children, who like ships and machines. \
            Which three rooms should we see first, and how long does the way through them take?"}]}""";

    private Prompts() {}

    /** Answered by one document of about 800 bytes. */
    static String document(String model) {
        return TEMPLATE.formatted(model, false, "");
    }

    /** Answered by so many tokens at this pace, each with the time at which the provider sent it. */
    static String stream(String model, int tokens, int paceMillis) {
        return TEMPLATE.formatted(model, true, "fake-stamped-" + tokens + "x" + paceMillis + "ms ");
    }
}
