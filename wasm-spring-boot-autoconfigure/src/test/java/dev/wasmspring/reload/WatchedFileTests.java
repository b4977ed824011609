package dev.wasmspring.reload;

import java.util.Map;

import dev.wasmspring.discovery.ModuleResource;
import dev.wasmspring.reload.WatchedFile.State;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is known of one file, from look to look.
 */
class WatchedFileTests {

	private static final Map<String, Object> OLD = Map.of("size", 1);

	private static final Map<String, Object> NEW = Map.of("size", 2);

	private final ModuleResource resource = new ModuleResource("a", new ByteArrayResource(new byte[0], "a"));

	private final WatchedFile file = new WatchedFile(this.resource);

	@Test
	void itSettlesAndIsServedUntilItChanges() {
		assertThat(this.file.state()).isEqualTo(State.SETTLING);
		settle(OLD);
		assertThat(this.file.isToBeRead()).isTrue();
		this.file.serve();
		assertThat(this.file.state()).isEqualTo(State.IN_SERVICE);
		assertThat(this.file.isOwner()).isTrue();
		look(OLD);
		assertThat(this.file.isToBeRead()).isFalse();
		settle(NEW);
		assertThat(this.file.isToBeRead()).isTrue();
	}

	@Test
	void aNewVersionThatIsRejectedLeavesTheOldOneToItsFile() {
		settle(OLD);
		this.file.serve();
		settle(NEW);
		this.file.reject();
		assertThat(this.file.state()).isEqualTo(State.REJECTED);
		assertThat(this.file.isOwner()).isTrue();
		look(NEW);
		assertThat(this.file.isToBeRead()).isFalse();
	}

	@Test
	void whatIsRejectedIsReconsideredAndWhatIsServedIsNot() {
		settle(OLD);
		this.file.serve();
		this.file.reconsider();
		look(OLD);
		assertThat(this.file.isToBeRead()).isFalse();
		this.file.reject();
		this.file.reconsider();
		look(OLD);
		assertThat(this.file.isToBeRead()).isTrue();
	}

	@Test
	void afterAFailureThatMayPassItRestsUnlessItChanges() {
		settle(OLD);
		this.file.rejectForNow();
		look(OLD);
		assertThat(this.file.isToBeRead()).isFalse();
		this.file.reconsider();
		assertThat(this.file.isToBeRead()).isFalse();
		settle(NEW);
		assertThat(this.file.isToBeRead()).isTrue();
	}

	@Test
	void whatFailsInAWayThatNobodyForesawIsNotReadAgainAndAgain() {
		settle(OLD);
		this.file.read();
		look(OLD);
		assertThat(this.file.isToBeRead()).isFalse();
		this.file.readAgain();
		assertThat(this.file.isToBeRead()).isTrue();
	}

	@Test
	void inTheShadowOfAnotherItIsNewOnlyOnceAndSettlesWhenThatIsGone() {
		assertThat(this.file.shadow()).isTrue();
		assertThat(this.file.shadow()).isFalse();
		assertThat(this.file.state()).isEqualTo(State.SHADOWED);
		settle(OLD);
		assertThat(this.file.state()).isEqualTo(State.SETTLING);
		assertThat(this.file.isToBeRead()).isTrue();
	}

	@Test
	void whoTakesThePlaceOfAnOwnerOwnsWhatIsInService() {
		WatchedFile other = new WatchedFile(this.resource);
		this.file.succeed(other);
		assertThat(this.file.isOwner()).isFalse();
		other.own();
		this.file.succeed(other);
		assertThat(this.file.isOwner()).isTrue();
	}

	@Test
	void itIsGoneWhenItIsMissedTwiceInARow() {
		assertThat(this.file.missed()).isFalse();
		look(OLD);
		assertThat(this.file.missed()).isFalse();
		assertThat(this.file.missed()).isTrue();
	}

	private void settle(Map<String, Object> stamp) {
		look(stamp);
		look(stamp);
	}

	private void look(Map<String, Object> stamp) {
		this.file.found(this.resource, stamp);
	}

}
