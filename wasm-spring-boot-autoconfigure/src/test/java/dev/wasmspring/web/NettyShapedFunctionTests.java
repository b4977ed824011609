package dev.wasmspring.web;

class NettyShapedFunctionTests extends AbstractShapedFunctionTests {

	NettyShapedFunctionTests() {
		super("netty");
	}

}
