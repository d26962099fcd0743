package dev.gaia.chat.mcp;

import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the MCP client.
 *
 * @param serversFile JSON file with the declared servers; only operators can write it, no operation of the API can
 * @param startTimeout for starting a server, or connecting to one, until it has named itself
 * @param callTimeout for one call of a tool
 * @param listTimeout how long a chat waits for a list of tools; a server that takes longer is offered the next time
 * @param listCacheTime how long a list of tools is used before the server is asked again
 * @param restartPause before a server that failed is started again; doubled at each failure
 * @param restartPauseMax to which the pause grows
 * @param stopTimeout how long a server may take to end before it is killed
 * @param messageMaxBytes of one message of a server; beyond it the server is stopped
 * @param callsMax calls that one server works on at a time
 * @param toolsMax tools of one server; further ones are not offered
 */
@ConfigurationProperties("gaia.mcp")
public record McpSettings(
        Optional<String> serversFile,
        Duration startTimeout,
        Duration callTimeout,
        Duration listTimeout,
        Duration listCacheTime,
        Duration restartPause,
        Duration restartPauseMax,
        Duration stopTimeout,
        int messageMaxBytes,
        int callsMax,
        int toolsMax) {

    public McpSettings {
        serversFile = serversFile.filter(file -> !file.isBlank());
        positive("start-timeout", startTimeout);
        positive("call-timeout", callTimeout);
        positive("list-timeout", listTimeout);
        positive("list-cache-time", listCacheTime);
        positive("restart-pause", restartPause);
        positive("restart-pause-max", restartPauseMax);
        positive("stop-timeout", stopTimeout);
        atLeast("message-max-bytes", messageMaxBytes, 1024);
        atLeast("calls-max", callsMax, 1);
        atLeast("tools-max", toolsMax, 1);
    }

    private static void atLeast(String name, long value, long lowest) {
        if (value < lowest) {
            throw new IllegalArgumentException(
                    "`gaia.mcp." + name + "` is " + value + "; it must be " + lowest + " or more");
        }
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.mcp." + name + "` is " + value + "; it must be a duration above 0, like 10s");
        }
    }
}
