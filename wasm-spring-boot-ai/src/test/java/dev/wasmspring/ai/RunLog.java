package dev.wasmspring.ai;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

@Component
class RunLog {

	private static final Log logger = LogFactory.getLog(RunLog.class);

	@EventListener
	void called(WasmToolEvent event) {
		logger.info(event.conversation() + " called " + event.tool() + ": " + event.outcome());
	}

}
