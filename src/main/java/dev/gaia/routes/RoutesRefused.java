package dev.gaia.routes;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** Route files that Camel would misread or pass over in silence; the message has one line per fault. */
public final class RoutesRefused extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    RoutesRefused(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")), null, false, false);
    }
}
