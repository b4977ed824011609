/**
 * Functions on Spring Cloud Stream: what becomes of messages whose call fails, on Kafka
 * and RabbitMQ.
 */
@NullMarked
package dev.wasmspring.stream;

import org.jspecify.annotations.NullMarked;
