package main

import "testing"

func TestHandle(t *testing.T) {
	for input, expected := range map[string]string{
		`{"country":"AT","income":50000}`: `{"country":"AT","currency":"EUR","tax":11593.10,"net":38406.90,"parts":[` +
			`{"rate":"0 %","amount":13308.00,"tax":0.00},{"rate":"20 %","amount":8309.00,"tax":1661.80},` +
			`{"rate":"30 %","amount":14219.00,"tax":4265.70},{"rate":"40 %","amount":14164.00,"tax":5665.60}]}`,
		`{"country":"GB","income":12570}`:     `{"country":"GB","currency":"GBP","tax":0.00,"net":12570.00,"parts":[]}`,
		`{"country":"PL","income":"30000.1"}`: `{"country":"PL","currency":"PLN","tax":0.01,"net":30000.09,"parts":[{"rate":"12 %","amount":0.10,"tax":0.01}]}`,
		`{"country":"XX","income":1}`:         `no table for the country "XX"`,
		`{"country":"AT","income":-1}`:        `the income -1 is no amount of money`,
		`{"country":"AT","income":1.234}`:     `the income 1.234 is no amount of money`,
		`{"country":"AT"}`:                    `"country" and "income" are needed`,
		`[]`:                                  `the input is not the JSON expected: json: cannot unmarshal array into Go value of type main.request`,
		``:                                    `the input is not the JSON expected: unexpected end of JSON input`,
	} {
		output, err := handle([]byte(input))
		actual := string(output)
		if err != nil {
			actual = err.Error()
		}
		if actual != expected {
			t.Errorf("%s\n  expected %s\n  but was  %s", input, expected, actual)
		}
	}
}
