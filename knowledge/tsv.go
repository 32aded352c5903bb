package knowledge

import "strings"

// tsv calls yield with the cells of each row of a table, the header line first;
// lines that begin with # are comments.
func tsv(table string) func(yield func(row int, cells []string) bool) {
	return func(yield func(int, []string) bool) {
		row, columns := 0, 0
		for line := range strings.Lines(table) {
			line = strings.TrimRight(line, "\r\n")
			if line == "" || line[0] == '#' {
				continue
			}
			cells := strings.Split(line, "\t")
			if row == 0 {
				columns = len(cells)
			}
			for len(cells) < columns {
				cells = append(cells, "")
			}
			if !yield(row, cells) {
				return
			}
			row++
		}
	}
}
