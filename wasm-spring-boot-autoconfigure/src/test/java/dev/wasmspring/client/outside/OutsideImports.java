package dev.wasmspring.client.outside;

import dev.wasmspring.client.ImportWasmClients;

import org.springframework.context.annotation.Configuration;

/**
 * Imports the clients of its own package.
 */
@Configuration(proxyBeanMethods = false)
@ImportWasmClients
public class OutsideImports {

}
