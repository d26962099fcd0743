package dev.gaia.chat.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.mcp.SdkJson;
import dev.gaia.chat.mcp.ServerDeclaration;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The MCP server of the filesystem operations, and their steps under the names routes use. */
@Configuration(proxyBeanMethods = false)
class FileConfiguration {

    @Bean
    FileServer fileServer(FileSettings settings) {
        return new FileServer(settings);
    }

    @Bean
    ServerDeclaration filesystemServer(FileServer server, FileSettings settings, SdkJson json, ObjectMapper mapper) {
        return server.declaration(new FilesystemTools(settings, json, mapper));
    }

    @Bean
    FileRequests fileRequests(FileServer server, ObjectMapper mapper) {
        return new FileRequests(server, mapper);
    }

    @Bean
    Processor readListingRequest(FileRequests steps) {
        return steps::readListingRequest;
    }

    @Bean
    Processor readFileRequest(FileRequests steps) {
        return steps::readFileRequest;
    }

    @Bean
    Processor refuseFileFault(FileRequests steps) {
        return steps::refuseFileFault;
    }

    @Bean
    Processor refuseFilesystem(FileRequests steps) {
        return steps::refuseFilesystem;
    }
}
