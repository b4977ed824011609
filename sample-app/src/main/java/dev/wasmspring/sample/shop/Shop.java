package dev.wasmspring.sample.shop;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;

/**
 * Everything that needs the application's own modules. When {@code wasm.locations} names
 * others, the application serves those and there is no shop.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "wasm.locations", havingValue = "classpath*:/wasm/*", matchIfMissing = true)
@PropertySource("classpath:shop.properties")
@ComponentScan
public class Shop {

}
