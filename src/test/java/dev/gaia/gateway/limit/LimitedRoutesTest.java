package dev.gaia.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.routes.Fault;
import dev.gaia.routes.RouteFile;
import dev.gaia.routes.RouteFiles;
import dev.gaia.routes.RoutesFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The limit is a step one can see: whoever checks a caller limits it next. */
class LimitedRoutesTest {

    private static final String LIMIT = "direct:gateway-limit-{{gaia.gateway.rate-limit.scope}}";

    private final RoutesFolder folder = RoutesFolder.open(Path.of("routes"));

    @Test
    void everyGatewayRouteThatChecksTheCallerLimitsItNext() {
        var read = new ArrayList<Fault>();
        var faults = new ArrayList<Fault>();
        for (RouteFile file : RouteFiles.read(folder.files(), read).files()) {
            var uris = file.endpoints();
            for (int i = 0; i < uris.size() && folder.area(file.path()).equals("gateway"); i++) {
                boolean check = uris.get(i).uri().startsWith("direct:auth-check")
                        || uris.get(i).uri().equals("direct:{{caller}}");
                if (check && (i + 1 == uris.size() || !uris.get(i + 1).uri().equals(LIMIT))) {
                    faults.add(file.fault(
                            uris.get(i).pointer(),
                            "the caller is checked and not limited",
                            "write `" + LIMIT + "` next"));
                }
            }
        }

        assertThat(read).isEmpty();
        assertThat(faults).isEmpty();
    }
}
