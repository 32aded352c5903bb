package knowledge

import (
	"io/fs"
	"strings"
	"testing"
)

// parser is a table of any type.
type parser interface {
	name() string
	check(text string) error
}

func (t *table[T]) name() string { return t.file }

func (t *table[T]) check(text string) error {
	_, err := t.parse(text)
	return err
}

var allTables = []parser{
	&causeTable, &causeMappingTable, &codecTable, &dialogEffectTable, &digestTable, &eventTable, &failureTable, &headerTable,
	&headerParameterTable, &methodTable, &optionTagTable, &payloadTypeTable, &privacyTable, &reasonProtocolTable,
	&sdpAttributeTable, &sdpLineTable, &searchHintTable, &timerTable, &uriParameterTable, &valueTable, &warningTable,
}

func readTable(t testing.TB, file string) string {
	t.Helper()
	text, err := tableFiles.ReadFile("tables/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryTableIsWellFormed(t *testing.T) {
	known := map[string]bool{}
	for _, table := range allTables {
		known["tables/"+table.name()] = true
		t.Run(table.name(), func(t *testing.T) {
			text := readTable(t, table.name())
			if !strings.HasPrefix(text, "# ") || !strings.Contains(text, "go test ./knowledge") {
				t.Error("the comment at the head must say how to edit the table")
			}
			if strings.Contains(text, "\r") || !strings.HasSuffix(text, "\n") {
				t.Error("lines must end with LF")
			}
			if err := table.check(text); err != nil {
				t.Error(err)
			}
		})
	}
	files, err := fs.Glob(tableFiles, "tables/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f] {
			t.Errorf("%s: nothing reads this file", f)
		}
	}
}
