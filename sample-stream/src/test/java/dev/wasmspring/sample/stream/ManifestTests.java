package dev.wasmspring.sample.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Holds the manifests in {@code deploy} to the models of Kubernetes and Knative, where a
 * field that there is not is an error, and those of KEDA to its schema.
 */
class ManifestTests {

	private static final Path FOLDER = Path.of("../deploy/kubernetes");

	private static final String KEDA = "@kubernetes-models/keda@0.4.2";

	private static final Map<String, Class<?>> KINDS = Map.of("apps/v1 Deployment", Deployment.class, "v1 Service",
			Service.class, "v1 ConfigMap", ConfigMap.class, "v1 PersistentVolumeClaim", PersistentVolumeClaim.class,
			"autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class, "serving.knative.dev/v1 Service",
			io.fabric8.knative.serving.v1.Service.class);

	private static final ObjectMapper MAPPER = new ObjectMapper()
		.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true)
		.configure(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, true)
		.setAnnotationIntrospector(new JacksonAnnotationIntrospector() {

			/** The models keep what they do not know. */
			@Override
			public Boolean hasAnySetter(Annotated annotated) {
				return (annotated instanceof AnnotatedMember) ? Boolean.FALSE : super.hasAnySetter(annotated);
			}

		});

	static Stream<Path> manifests() throws IOException {
		try (Stream<Path> files = Files.list(FOLDER)) {
			return files.filter((file) -> !file.endsWith("keda.yaml")).sorted().toList().stream();
		}
	}

	@ParameterizedTest
	@MethodSource("manifests")
	void whatIsForKubernetesIsWhatItTakes(Path manifest) throws IOException {
		for (Map<String, Object> document : documents(manifest)) {
			assertThat(read(document)).as(manifest.toString()).isNotNull();
		}
	}

	@Test
	void aFieldThatThereIsNotIsFound() throws IOException {
		Map<String, Object> deployment = documents(FOLDER.resolve("deployment.yaml")).get(0);
		@SuppressWarnings("unchecked")
		Map<String, Object> spec = (Map<String, Object>) deployment.get("spec");
		spec.put("replica", 3);
		assertThatThrownBy(() -> read(deployment)).hasMessageContaining("replica");
		spec.remove("replica");
		spec.put("replicas", "several");
		assertThatThrownBy(() -> read(deployment)).hasMessageContaining("several");
	}

	@Test
	void whatIsForKedaIsAsItsSchemaHasIt() throws Exception {
		Path npm = Path.of("/usr/bin/npm");
		assumeThat(npm).as("npm is not installed: the schema of KEDA is in a package of its registry").exists();
		Path folder = Files.createDirectories(Path.of("target/keda"));
		assumeThat(run(folder, "npm", "install", "--silent", "--no-save", "--prefix", ".", KEDA))
			.as("npm could not install " + KEDA)
			.isZero();
		Map<String, Object> keda = documents(FOLDER.resolve("keda.yaml")).get(0);
		assertThat(validate(folder, keda)).isZero();
		@SuppressWarnings("unchecked")
		Map<String, Object> spec = (Map<String, Object>) keda.get("spec");
		spec.put("maxReplicaCount", "many");
		assertThat(validate(folder, keda)).isOne();
	}

	private static int validate(Path folder, Map<String, Object> document) throws Exception {
		Files.writeString(folder.resolve("document.json"), MAPPER.writeValueAsString(document));
		Files.writeString(folder.resolve("check.js"), """
				const { ScaledObject } = require("@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject");
				try {
				  new ScaledObject(require("./document.json")).validate();
				} catch (error) {
				  console.error(error.message);
				  process.exit(1);
				}
				""");
		return run(folder, "node", "check.js");
	}

	private static int run(Path folder, String... command) throws Exception {
		return new ProcessBuilder(command).directory(folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(folder.resolve("output").toFile())
			.start()
			.waitFor();
	}

	@Test
	void theModuleInTheConfigMapIsOne() throws IOException {
		ConfigMap map = (ConfigMap) read(documents(FOLDER.resolve("modules-configmap.yaml")).get(0));
		byte[] module = Base64.getDecoder().decode(map.getBinaryData().get("add.wasm"));
		assertThat(module).startsWith(0, 'a', 's', 'm');
	}

	private static Object read(Map<String, Object> document) {
		Class<?> kind = KINDS.get(document.get("apiVersion") + " " + document.get("kind"));
		if (kind == null) {
			return fail("There is no model of " + document.get("apiVersion") + " " + document.get("kind"));
		}
		return MAPPER.convertValue(document, kind);
	}

	private static List<Map<String, Object>> documents(Path manifest) throws IOException {
		List<Map<String, Object>> documents = new ArrayList<>();
		new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(Files.readString(manifest, StandardCharsets.UTF_8))
			.forEach((document) -> documents.add(asMap(document)));
		assertThat(documents).isNotEmpty();
		return documents;
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> asMap(Object document) {
		return (Map<String, Object>) document;
	}

}
