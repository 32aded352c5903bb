package check

import (
	"testing"

	"sipls/knowledge"
	"sipls/server/call"
)

func TestTimeoutIsWhatTheStandardSays(t *testing.T) {
	if want := knowledge.LookupTimer("64*T1").Duration(); call.Timeout != want {
		t.Errorf("%v, want %v", call.Timeout, want)
	}
}
