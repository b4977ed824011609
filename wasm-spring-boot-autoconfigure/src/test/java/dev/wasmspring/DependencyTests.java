package dev.wasmspring;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the module's dependencies to what it cannot live without. Everything else is
 * optional, so that an application gets no more than what it asked for.
 */
class DependencyTests {

	@Test
	void whatIsNotOptionalIsWhatTheModuleCannotLiveWithout() throws Exception {
		Document pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Path.of("pom.xml").toFile());
		XPath xpath = XPathFactory.newInstance().newXPath();
		NodeList required = (NodeList) xpath.evaluate(
				"/project/dependencies/dependency[not(scope = 'test') and not(optional = 'true')]/artifactId", pom,
				XPathConstants.NODESET);
		List<String> names = new ArrayList<>();
		for (int i = 0; i < required.getLength(); i++) {
			names.add(required.item(i).getTextContent());
		}
		assertThat(names).containsExactlyInAnyOrder("spring-boot-autoconfigure", "spring-cloud-function-context",
				"runtime", "wasi", "compiler", "jackson-core", "jspecify");
	}

}
