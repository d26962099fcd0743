package dev.gaia.chat.mcp;

import io.modelcontextprotocol.modern.McpException;
import io.modelcontextprotocol.modern.client.McpInputHandlerMissingException;
import io.modelcontextprotocol.modern.client.McpMissingClientCapabilityException;
import io.modelcontextprotocol.spec.McpError;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * Waits for what a server answers.
 *
 * @param ended completes when the connection has ended by itself
 */
record Answers(String server, CompletableFuture<Void> ended) {

    private static final int MESSAGE_MAX = 500;

    <T> T await(Mono<T> answer, String what, Duration within) throws McpFault {
        return await(answer, what, within, failure -> {});
    }

    /**
     * @param what names the question: {@code tool echo}
     * @param onFailure told why there is no answer
     */
    <T> T await(Mono<T> answer, String what, Duration within, Consumer<Throwable> onFailure) throws McpFault {
        var future = answer.toFuture();
        try {
            CompletableFuture.anyOf(future, ended).get(within.toNanos(), TimeUnit.NANOSECONDS);
            if (future.isDone()) {
                return future.get();
            }
            throw new McpFault("The MCP server " + server + " ended before its " + what + " answered");
        } catch (TimeoutException e) {
            throw new McpFault("The " + what + " of the MCP server " + server + " did not answer within "
                    + Math.ceilDiv(within.toMillis(), 1000) + " s");
        } catch (ExecutionException e) {
            onFailure.accept(e.getCause());
            throw new McpFault(sentence(e.getCause(), what));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new McpFault("The call was cancelled");
        } finally {
            future.cancel(true);
        }
    }

    /** What the server itself says is for the model to read; what a library says is not. */
    private String sentence(Throwable cause, String what) {
        return switch (cause) {
            case McpInputHandlerMissingException asks -> asksForMore(what);
            case McpMissingClientCapabilityException asks -> asksForMore(what);
            case McpError error when error.getMessage() != null -> cut(error.getMessage());
            case McpException error when error.getMessage() != null -> cut(error.getMessage());
            default -> "The " + what + " of the MCP server " + server + " failed";
        };
    }

    private String asksForMore(String what) {
        return "The " + what + " of the MCP server " + server
                + " asks for more than its arguments, which nobody here can give";
    }

    private static String cut(String text) {
        return text.length() > MESSAGE_MAX ? text.substring(0, MESSAGE_MAX) + "…" : text;
    }
}
