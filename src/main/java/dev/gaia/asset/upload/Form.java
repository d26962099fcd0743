package dev.gaia.asset.upload;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A form of type {@code multipart/form-data}, read by Netty's decoder, which the edge uses already.
 *
 * @param fields the text fields by name; of a repeated one the last
 * @param file the field {@code file}
 */
record Form(Map<String, String> fields, Optional<Part> file) {

    private static final int FIELDS_MAX = 64;
    private static final int FIELD_BYTES_MAX = 64 * 1024;

    /**
     * An uploaded file.
     *
     * @param name as the client sent it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Part(String name, byte[] bytes) {}

    Form {
        fields = Map.copyOf(fields);
    }

    /** Reads a body; one that is no form at all has no fields. */
    static Form read(String contentType, byte[] body) {
        if (!contentType.toLowerCase(java.util.Locale.ROOT).startsWith("multipart/form-data")) {
            return new Form(Map.of(), Optional.empty());
        }
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        var factory = new DefaultHttpDataFactory(false);
        HttpPostMultipartRequestDecoder decoder = null;
        try {
            decoder = new HttpPostMultipartRequestDecoder(
                    factory, request, StandardCharsets.UTF_8, FIELDS_MAX, FIELD_BYTES_MAX + body.length);
            decoder.offer(new DefaultLastHttpContent(Unpooled.wrappedBuffer(body)));
            return collect(decoder);
        } catch (RuntimeException | IOException e) {
            throw Failure.of(FailureCode.ASSET_BAD_REQUEST, "The form cannot be read");
        } finally {
            if (decoder != null) {
                decoder.destroy();
            }
        }
    }

    private static Form collect(HttpPostMultipartRequestDecoder decoder) throws IOException {
        Map<String, String> fields = new HashMap<>();
        Optional<Part> file = Optional.empty();
        for (InterfaceHttpData data : decoder.getBodyHttpDatas()) {
            if (data instanceof FileUpload upload && "file".equals(upload.getName())) {
                file = Optional.of(new Part(upload.getFilename(), upload.get()));
            } else if (data instanceof Attribute attribute && attribute.length() <= FIELD_BYTES_MAX) {
                fields.put(attribute.getName(), attribute.getValue());
            }
        }
        return new Form(fields, file);
    }
}
