package dev.gaia.asset.upload;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.image.MakePreview;
import dev.gaia.asset.image.Pictures;
import dev.gaia.asset.store.ObjectStore;
import dev.gaia.spool.Spool;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The steps of uploads under the names routes use. */
@Configuration(proxyBeanMethods = false)
class UploadConfiguration {

    @Bean
    UploadSteps uploadSteps(
            AssetSettings settings,
            Spool spool,
            Pictures pictures,
            MakePreview previews,
            @Lazy ObjectStore store,
            ObjectMapper mapper) {
        var forms = new ReadForm(spool, settings);
        return new UploadSteps(forms, new ReadUpload(pictures), previews, store, settings, mapper);
    }

    @Bean
    Processor readUpload(UploadSteps steps) {
        return steps::readUpload;
    }

    @Bean
    Processor readShortUpload(UploadSteps steps) {
        return steps::readShortUpload;
    }

    @Bean
    Processor limitUploads(UploadSteps steps) {
        return steps::limitUploads;
    }

    @Bean
    Processor storeUpload(UploadSteps steps) {
        return steps::storeUpload;
    }

    @Bean
    Processor dropUpload(UploadSteps steps) {
        return steps::dropUpload;
    }
}
