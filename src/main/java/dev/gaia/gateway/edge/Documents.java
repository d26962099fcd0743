package dev.gaia.gateway.edge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.error.FailureCode;

/** The error documents the edge answers itself, when no route is there to do it. */
final class Documents {

    private Documents() {}

    static String detail(FailureCode code) {
        return detail(code.sentence());
    }

    static String detail(String text) {
        return JsonNodeFactory.instance.objectNode().put("detail", text).toString();
    }
}
