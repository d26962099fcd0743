package dev.gaia.error;

import java.util.Locale;

/**
 * The closed set of failures a caller may see. The code is stable and never reused; the sentence may improve.
 *
 * <p>A code belongs to an area. What the gateway decides itself ({@code gateway-…}) reaches the client as it is;
 * what a segment decides ({@code auth-…}, {@code chat-…}, {@code asset-…}) is wrapped by the gateway's edge in
 * {@code Service error: …}, which clients search for.
 */
public enum FailureCode {
    GATEWAY_BAD_REQUEST(400, "Bad Request"),
    GATEWAY_INVALID_JSON(400, "Invalid JSON body"),
    GATEWAY_NOT_AUTHENTICATED(401, "Not authenticated. Provide a valid JWT or API Key."),
    GATEWAY_BAD_CREDENTIALS(403, "Could not validate credentials"),
    GATEWAY_FORBIDDEN(403, "Only administrators may do this"),
    GATEWAY_NOT_FOUND(404, "Not Found"),
    GATEWAY_METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    GATEWAY_REQUEST_TIMEOUT(408, "Request did not arrive in time"),
    GATEWAY_BODY_TOO_LARGE(413, "Request body too large"),
    GATEWAY_REQUEST_LINE_TOO_LONG(414, "Request line too long"),
    GATEWAY_UNSUPPORTED_CONTENT(415, "Unsupported Media Type"),
    GATEWAY_INVALID_REQUEST(422, "Request validation failed"),
    GATEWAY_RATE_LIMITED(429, "Rate limit exceeded"),
    GATEWAY_HEADERS_TOO_LARGE(431, "Request headers too large"),
    GATEWAY_INTERNAL(500, "Internal server error"),
    GATEWAY_CREDENTIAL_STORE(500, "Internal server error during authentication"),
    GATEWAY_ANSWER_TOO_LARGE(502, "The answer is too large"),
    GATEWAY_SERVICE_UNAVAILABLE(503, "Service unavailable"),
    GATEWAY_OVERLOADED(503, "Too many requests in progress; try again in a moment"),
    GATEWAY_STARTING(503, "Service is starting; try again in a moment"),
    GATEWAY_STOPPING(503, "Service is stopping; try again in a moment"),

    AUTH_REFUSED(400, "The identity provider refused"),
    AUTH_KEY_NOT_FOUND(404, "API key not found"),
    AUTH_INVALID_REQUEST(422, "Request validation failed"),
    AUTH_INTERNAL(500, "Internal server error"),
    AUTH_PROVIDER_UNAVAILABLE(503, "Authentication provider unavailable"),

    CHAT_BAD_REQUEST(400, "Bad Request"),
    CHAT_NOT_FOUND(404, "Not found"),
    CHAT_CONFLICT(409, "Conflict"),
    CHAT_CONTEXT_LENGTH_EXCEEDED(400, "The conversation is too long for the model"),
    CHAT_CONTENT_POLICY_VIOLATION(400, "The model provider declined to answer this request"),
    CHAT_UPSTREAM_REQUEST(400, "The model provider could not use this request"),
    CHAT_MODEL_NOT_FOUND(404, "The model provider does not offer the model"),
    CHAT_INVALID_REQUEST(422, "Request validation failed"),
    CHAT_UPSTREAM_RATE_LIMITED(429, "The model provider limits the rate of requests"),
    CHAT_PROVIDER_FAILED(500, "Chat completion failed"),
    CHAT_INTERNAL(500, "Internal server error"),
    CHAT_STORE_FAILED(500, "The database is not available; try again in a moment"),
    CHAT_STREAM_INTERRUPTED(502, "The model provider's answer broke off"),
    CHAT_UPSTREAM_AUTH(502, "The model provider refused this platform's credentials"),
    CHAT_UPSTREAM_UNREACHABLE(502, "The model provider could not be reached"),
    CHAT_UPSTREAM_TIMEOUT(504, "The model provider did not answer in time"),
    CHAT_UPSTREAM_UNAVAILABLE(503, "The model provider had a temporary fault"),
    CHAT_UPSTREAM_OVERLOADED(503, "The model provider is overloaded"),
    CHAT_NO_PROVIDER(503, "No model provider is configured"),
    CHAT_OVERLOADED(503, "Too many chat requests in progress; try again in a moment"),
    CHAT_FILE_INVALID(400, "Path is not valid"),
    CHAT_FILE_OUTSIDE(403, "Path is outside the allowed root"),
    CHAT_FILE_NOT_FOUND(404, "Path not found"),
    CHAT_FILES_UNAVAILABLE(503, "MCP filesystem server unavailable"),

    ASSET_BAD_REQUEST(400, "Bad Request"),
    ASSET_INVALID_SIGNATURE(401, "Invalid signature"),
    ASSET_COST_LIMIT_EXCEEDED(402, "The estimated cost exceeds the limit"),
    ASSET_PERMISSION_DENIED(403, "Administrator permission required"),
    ASSET_NOT_FOUND(404, "Asset not found"),
    ASSET_FILE_TOO_LARGE(413, "File too large"),
    ASSET_UNSUPPORTED_MEDIA_TYPE(415, "File type not allowed"),
    ASSET_RANGE_NOT_SATISFIABLE(416, "The file has no such bytes"),
    ASSET_INVALID_REQUEST(422, "Request validation failed"),
    ASSET_CONTENT_REJECTED(422, "Asset request failed: content rejected by provider"),
    ASSET_BUDGET_EXCEEDED(429, "Asset request failed: Generation budget exceeded for this session"),
    ASSET_CONCURRENCY_LIMIT(429, "Too many concurrent generations"),
    ASSET_RATE_LIMIT(429, "Rate limit exceeded"),
    ASSET_INTERNAL(500, "Internal server error"),
    ASSET_PROVIDER_ERROR(502, "Asset request failed: provider error"),
    ASSET_DATABASE_UNAVAILABLE(503, "Database unavailable; try again in a moment"),
    ASSET_PROVIDER_NOT_CONFIGURED(503, "Asset request failed: no provider is configured"),
    ASSET_PROVIDER_UNAVAILABLE(503, "Asset request failed: provider unavailable"),
    ASSET_PROVIDER_TIMEOUT(504, "Asset request failed: the provider did not finish in time");

    private final int status;
    private final String sentence;

    FailureCode(int status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    /** The HTTP status an edge answers with. */
    public int status() {
        return status;
    }

    /** What the caller reads when the failure has no more precise detail. */
    public String sentence() {
        return sentence;
    }

    /** Kebab-case name, for logs and metrics: {@code chat-provider-failed}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code gateway}, {@code auth}, {@code chat} or {@code asset}. */
    public String area() {
        return code().substring(0, code().indexOf('-'));
    }

    /** True when a segment decided, so that the gateway's edge wraps the document. */
    public boolean ofSegment() {
        return !"gateway".equals(area());
    }
}
