package dev.gaia.chat.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.turn.ChatSettings;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of framed streams under the names routes use. */
@Configuration(proxyBeanMethods = false)
class StreamConfiguration {

    @Bean
    Processor openStream(CamelContext camel, ChatSettings settings) {
        return new OpenStream(camel, settings);
    }

    @Bean
    FrameSteps frameSteps(ObjectMapper mapper, CamelContext camel) {
        return new FrameSteps(mapper, camel);
    }

    @Bean
    Processor endBrokenFrames() {
        return EndBrokenFrames::typed;
    }

    @Bean
    Processor endBrokenFramesV03() {
        return EndBrokenFrames::v03;
    }

    @Bean
    Processor noteMoment(FrameSteps steps) {
        return steps::noteMoment;
    }

    @Bean
    Processor beginFigures(FrameSteps steps) {
        return steps::beginFigures;
    }

    @Bean
    Processor noteContext(FrameSteps steps) {
        return steps::noteContext;
    }

    @Bean
    Processor noteRouting(FrameSteps steps) {
        return steps::noteRouting;
    }

    @Bean
    Processor explainFailure(FrameSteps steps) {
        return steps::explainFailure;
    }

    @Bean
    Processor sendFrame(FrameSteps steps) {
        return steps::sendFrame;
    }

    @Bean
    Processor sendDone(FrameSteps steps) {
        return steps::sendDone;
    }

    @Bean
    Processor sendTypedContent(FrameSteps steps) {
        return steps::sendTypedContent;
    }

    @Bean
    Processor sendWordContent(FrameSteps steps) {
        return steps::sendWordContent;
    }
}
