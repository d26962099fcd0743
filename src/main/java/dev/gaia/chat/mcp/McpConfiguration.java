package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.StartRefused;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The MCP servers of this process: those that are part of it, and those operators declared in a file. */
@Configuration(proxyBeanMethods = false)
class McpConfiguration {

    @Bean
    SdkJson sdkJson(ObjectMapper mapper) {
        return new SdkJson(mapper);
    }

    /** @param own the servers of the house, whose names nobody else may take */
    @Bean(destroyMethod = "close")
    McpServers mcpServers(
            List<ServerDeclaration> own,
            McpSettings settings,
            ObjectMapper mapper,
            SdkJson json,
            DataSource dataSource) {
        var declared = new ArrayList<>(own);
        var file = new ServersFile(mapper, System::getenv);
        for (var server :
                settings.serversFile().map(name -> file.read(Path.of(name))).orElse(List.of())) {
            if (own.stream().anyMatch(known -> known.name().equals(server.name()))) {
                throw new StartRefused("The MCP servers file declares a server called " + server.name()
                        + ", which is the name of a server of Gaia's own; give it another name");
            }
            declared.add(server);
        }
        var opener = new SdkOpener(settings, mapper, json);
        var approvals = new PostgresApprovals(dataSource);
        return new McpServers(declared.stream()
                .map(server -> new McpServer(server, settings, opener, approvals))
                .toList());
    }

    @Bean
    MeterBinder mcpFigures(McpServers servers) {
        return registry -> servers.all()
                .forEach(server -> Gauge.builder("gaia.mcp.tools.withheld", server, McpServer::withheld)
                        .description("Tools that are not offered until an operator approves them")
                        .tag("server", server.name())
                        .register(registry));
    }

    @Bean("mcp-tool")
    McpToolComponent mcpToolComponent(McpServers servers) {
        return new McpToolComponent(servers);
    }
}
