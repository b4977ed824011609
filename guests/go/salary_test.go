package main

import "testing"

func TestHandle(t *testing.T) {
	for input, expected := range map[string]string{
		`{"country":"AT","income":50000}`: `{"country":"AT","currency":"EUR","taxCents":1159310,"netCents":3840690,"parts":[` +
			`{"permill":0,"cents":1330800,"taxCents":0},{"permill":200,"cents":830900,"taxCents":166180},` +
			`{"permill":300,"cents":1421900,"taxCents":426570},{"permill":400,"cents":1416400,"taxCents":566560}]}`,
		`{"country":"GB","income":12570}`:     `{"country":"GB","currency":"GBP","taxCents":0,"netCents":1257000,"parts":[]}`,
		`{"country":"PL","income":"30000.1"}`: `{"country":"PL","currency":"PLN","taxCents":1,"netCents":3000009,"parts":[{"permill":120,"cents":10,"taxCents":1}]}`,
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
