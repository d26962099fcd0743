package dev.gaia.asset.image;

import dev.gaia.asset.AssetSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PictureConfiguration {

    @Bean
    Pictures pictures(AssetSettings settings) {
        return new Pictures(settings.pictureMaxPixels());
    }

    @Bean
    MakePreview makePreview(Pictures pictures) {
        return new MakePreview(pictures);
    }
}
