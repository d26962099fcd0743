package dev.gaia.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.schibsted.spt.data.jslt.JsltException;

/**
 * The function {@code without-nulls(object)}: the same object without the keys that are null, and null of null. JSLT's
 * own way, {@code {for (…) .key : .value if (.value != null)}}, makes an object of every key first.
 */
final class WithoutNulls extends MappingFunction {

    WithoutNulls() {
        super("without-nulls");
    }

    @Override
    protected JsonNode call(JsonNode object) {
        if (object.isNull() || object.isMissingNode()) {
            return NullNode.getInstance();
        }
        if (!object.isObject()) {
            throw new JsltException("without-nulls wants an object");
        }
        var present = JsonNodeFactory.instance.objectNode();
        for (var field : object.properties()) {
            if (!field.getValue().isNull()) {
                present.set(field.getKey(), field.getValue());
            }
        }
        return present;
    }
}
