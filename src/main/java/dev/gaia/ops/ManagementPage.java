package dev.gaia.ops;

import io.vertx.core.buffer.Buffer;

/**
 * One page of the management port.
 *
 * @param status HTTP status
 * @param contentType with charset where it matters
 */
record ManagementPage(int status, String contentType, Buffer body) {

    static ManagementPage json(int status, Buffer body) {
        return new ManagementPage(status, "application/json", body);
    }
}
