package source

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReadUTF16(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"little endian":            {"\xff\xfeS\x00I\x00P\x00\r\x00\n\x00=\xd8\xde\xdc", "SIP\r\n\U0001F4DE"},
		"big endian":               {"\xfe\xff\x00S\x00I\x00P\xd8\x3d\xdc\xde", "SIP\U0001F4DE"},
		"half a pair and a byte":   {"\xff\xfe=\xd8x\x00y", "\ufffdx"},
		"UTF-8 with a mark":        {"\xef\xbb\xbfSIP", "\xef\xbb\xbfSIP"},
		"bytes that are no mark":   {"\xff\xffS\x00", "\xff\xffS\x00"},
		"a mark and nothing else":  {"\xff\xfe", ""},
		"an empty file":            {"", ""},
		"half a pair, then a pair": {"\xff\xfe=\xd8=\xd8\xde\xdc", "\ufffd\U0001F4DE"},
	} {
		file := filepath.Join(t.TempDir(), "x.log")
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Read(file, nil)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}
