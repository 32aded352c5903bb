package knowledge

import (
	"strings"
	"testing"
)

func TestMalformedRowsNameFileRowAndColumn(t *testing.T) {
	tab := func(s string) string { return strings.ReplaceAll(s, "|", "\t") + "\n" }
	head := func(columns string) string { return strings.ReplaceAll(columns, " ", "\t") + "\n" }
	for name, c := range map[string]struct {
		table parser
		text  string
		want  string
	}{
		"other columns": {
			&optionTagTable, tab("tag|meaning"), `tables/option-tags.tsv: columns are "tag meaning"`,
		},
		"empty field": {
			&optionTagTable, head(optionTagTable.columns) + tab("100rel||RFC3262 8.1|yes"), `tables/option-tags.tsv: row "100rel |  | RFC3262 8.1": meaning: is empty`,
		},
		"no sentence": {
			&optionTagTable, head(optionTagTable.columns) + tab("100rel|reliable|RFC3262 8.1|yes"), "meaning: is no sentence",
		},
		"cite without section": {
			&optionTagTable, head(optionTagTable.columns) + tab("100rel|Reliable.|RFC3262|yes"), "refs: RFC 3262 has no section",
		},
		"neither yes nor no": {
			&optionTagTable, head(optionTagTable.columns) + tab("100rel|Reliable.|RFC3262 8.1|maybe"), "verified: is neither yes nor no",
		},
		"missing cell": {
			&optionTagTable, head(optionTagTable.columns) + tab("100rel|Reliable.|RFC3262 8.1"), "verified: is empty",
		},
		"too many cells": {
			&optionTagTable, head(optionTagTable.columns) + tab("100rel|Reliable.|RFC3262 8.1|yes|x"), "row has 5 cells, want 4",
		},
		"blank at the end": {
			&optionTagTable, head(optionTagTable.columns) + tab("100rel |Reliable.|RFC3262 8.1|yes"), "tag: blanks at the ends",
		},
		"no number": {
			&warningTable, head(warningTable.columns) + tab("1xx|Text|Meaning.|yes|RFC3261 20.43|yes"), "code: is no number",
		},
		"list with no number": {
			&causeTable, head(causeTable.columns) + tab("1|Name|Meaning.|yes|404,x||||RFC3398 7.2.4.1|yes"), `sip: "x" is no number`,
		},
		"empty element": {
			&causeTable, head(causeTable.columns) + tab("1|Name|Meaning.|yes|404|||A,,B|RFC3398 7.2.4.1|yes"), "asterisk: has an empty element",
		},
		"two causes": {
			&causeMappingTable, head(causeMappingTable.columns) + tab("404|1,2|no||A|B|RFC3398 8.2.6.1|yes"), "cause: is more than one number",
		},
		"unknown word": {
			&headerTable, head(headerTable.columns) + tab("Via|v|many|all|all||Path.|current|yes|RFC3261 20.42|yes"), `values: "many" is none of`,
		},
		"long compact form": {
			&headerTable, head(headerTable.columns) + tab("Via|via|list|all|all||Path.|current|yes|RFC3261 20.42|yes"), "compact: is no single letter",
		},
		"no set of responses": {
			&headerTable, head(headerTable.columns) + tab("Via|v|list|all|r||Path.|current|yes|RFC3261 20.42|yes"), `responses: "r" is no set of responses`,
		},
		"no methods in brackets": {
			&headerTable, head(headerTable.columns) + tab("Via|v|list|all|2xx()||Path.|current|yes|RFC3261 20.42|yes"), `responses: "2xx()" is no set of responses`,
		},
		"registered method without facts": {
			&methodTable, head(methodTable.columns) + tab("PING|yes|||||||Asks.|RFC3261 11|yes"), "inside_dialog to ends_dialog: must not be empty",
		},
		"long SDP line": {
			&sdpLineTable, head(sdpLineTable.columns) + tab("mm|x|x|x|X.|RFC8866 5|yes"), "line: is no single letter",
		},
		"form of another attribute": {
			&sdpAttributeTable, head(sdpAttributeTable.columns) + tab("fmtp|media|a=rtpmap|X.|RFC8866 6.15|yes"), "form: does not begin with a= and the name",
		},
		"unknown level": {
			&sdpAttributeTable, head(sdpAttributeTable.columns) + tab("fmtp|nowhere|a=fmtp|X.|RFC8866 6.15|yes"), "levels: nowhere is no level",
		},
		"no level": {
			&sdpAttributeTable, head(sdpAttributeTable.columns) + tab("fmtp||a=fmtp|X.|RFC8866 6.15|yes"), "levels: is empty",
		},
		"range backwards": {
			&payloadTypeTable, head(payloadTypeTable.columns) + tab("8|7|PCMA|audio|8000|1|X.|RFC3551 6|yes"), "last: is below the number",
		},
		"no time": {
			&timerTable, head(timerTable.columns) + tab("X|1 s|1 s|1s||any|UAC|X.|RFC3261 17|yes"), `least: "1 s" is no time`,
		},
		"time backwards": {
			&timerTable, head(timerTable.columns) + tab("X|1 s|2s|1s||any|UAC|X.|RFC3261 17|yes"), "most: is below least",
		},
		"repeats without a first time": {
			&timerTable, head(timerTable.columns) + tab("X|1 s|||4s|any|UAC|X.|RFC3261 17|yes"), "cap: needs one time",
		},
		"effect of no method": {
			&dialogEffectTable, head(dialogEffectTable.columns) + tab("481|usage|CANCEL=request||RFC5057 5.1"), "by_method: CANCEL=request is not METHOD=",
		},
		"slug with a capital": {
			&failureTable, head(failureTable.columns) + tab("One-Way|T|media|call|S.|C.|E.|F.|RFC3264 6|proof|"), "slug: is not in kebab-case",
		},
		"group of two words": {
			&failureTable, head(failureTable.columns) + tab("one-way|T|two words|call|S.|C.|E.|F.|RFC3264 6|proof|"), "group: is not in kebab-case",
		},
		"title with a full stop": {
			&failureTable, head(failureTable.columns) + tab("one-way|T.|media|call|S.|C.|E.|F.|RFC3264 6|proof|"), "title: ends with a full stop",
		},
		"unknown scope": {
			&failureTable, head(failureTable.columns) + tab("one-way|T|media|world|S.|C.|E.|F.|RFC3264 6|proof|"), `scope: "world" is none of`,
		},
		"unknown certainty": {
			&failureTable, head(failureTable.columns) + tab("one-way|T|media|call|S.|C.|E.|F.|RFC3264 6|strong-hint|"), `certainty: "strong-hint" is none of`,
		},
		"note that is no sentence": {
			&failureTable, head(failureTable.columns) + tab("one-way|T|media|call|S.|C.|E.|F.|RFC3264 6|proof|perhaps"), "certainty_note: is no sentence",
		},
		"hint without keys": {
			&searchHintTable, head(searchHintTable.columns) + tab("hold|"), "words and keys: must not be empty",
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.table.check(c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "tables/"+c.table.name()) {
				t.Errorf("error is %v, want %q", err, c.want)
			}
		})
	}
}
