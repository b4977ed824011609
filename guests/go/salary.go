package main

import (
	"encoding/json"
	"errors"
	"fmt"
)

// A bracket is a part of an income that is taxed with one rate.
type bracket struct {
	upTo    int64 // in cents; the last bracket has none
	permill int64
}

type table struct {
	currency  string
	allowance int64 // in cents
	brackets  []bracket
}

const noEnd = 1<<63 - 1

// A table for each country, simplified: examples, and no tax advice.
var tables = map[string]table{
	"AT": {"EUR", 0, []bracket{{13_308_00, 0}, {21_617_00, 200}, {35_836_00, 300}, {69_166_00, 400}, {103_072_00, 480}, {1_000_000_00, 500}, {noEnd, 550}}},
	"GB": {"GBP", 12_570_00, []bracket{{37_700_00, 200}, {125_140_00, 400}, {noEnd, 450}}},
	"PL": {"PLN", 30_000_00, []bracket{{90_000_00, 120}, {noEnd, 320}}},
}

type request struct {
	Country *string      `json:"country"`
	Income  *json.Number `json:"income"`
}

type part struct {
	Permill int64 `json:"permill"`
	Cents   int64 `json:"cents"`
	Tax     int64 `json:"taxCents"`
}

type answer struct {
	Country  string `json:"country"`
	Currency string `json:"currency"`
	Tax      int64  `json:"taxCents"`
	Net      int64  `json:"netCents"`
	Parts    []part `json:"parts"`
}

// handle says what a yearly income is taxed with: {"country":"AT","income":50000}.
func handle(input []byte) ([]byte, error) {
	var r request
	if err := json.Unmarshal(input, &r); err != nil {
		return nil, fmt.Errorf("the input is not the JSON expected: %w", err)
	}
	if r.Country == nil || r.Income == nil {
		return nil, errors.New("\"country\" and \"income\" are needed")
	}
	t, known := tables[*r.Country]
	if !known {
		return nil, fmt.Errorf("no table for the country %q", *r.Country)
	}
	income, err := cents(r.Income.String())
	if err != nil {
		return nil, err
	}
	a := answer{Country: *r.Country, Currency: t.currency, Parts: []part{}}
	taxable := max(income-t.allowance, 0)
	for from, i := int64(0), 0; from < taxable; i++ {
		b := t.brackets[i]
		amount := min(taxable, b.upTo) - from
		tax := (amount*b.permill + 500) / 1000
		a.Parts = append(a.Parts, part{b.permill, amount, tax})
		a.Tax += tax
		from = b.upTo
	}
	a.Net = income - a.Tax
	return json.Marshal(a)
}

// cents reads a number of at most two digits behind the point, without rounding.
func cents(number string) (int64, error) {
	var whole, digits int64
	point := false
	for _, c := range number {
		switch {
		case c == '.' && !point:
			point = true
		case c >= '0' && c <= '9' && digits < 2 && whole < 1e15:
			whole = whole*10 + int64(c-'0')
			if point {
				digits++
			}
		default:
			return 0, fmt.Errorf("the income %s is no amount of money", number)
		}
	}
	for ; digits < 2; digits++ {
		whole *= 10
	}
	return whole, nil
}
