package knowledge

import "testing"

func TestDialogEffectOnMethod(t *testing.T) {
	for _, c := range []struct {
		code   int
		method string
		want   Extent
	}{
		{404, "INFO", ExtentDialog},
		{404, "OPTIONS", ExtentDialog},
		{405, "INVITE", ExtentUsage},
		{405, "INFO", ExtentTransaction},
		{408, "INVITE", ExtentUsage},
		{408, "SUBSCRIBE", ExtentTransaction},
		{480, "OPTIONS", ExtentTransaction},
		{480, "INVITE", ExtentUsage},
		{481, "BYE", ExtentUsage},
		{481, "CANCEL", ExtentTransaction},
		{489, "NOTIFY", ExtentUsage},
		{489, "INVITE", ExtentTransaction},
		{499, "INVITE", ExtentTransaction},
		{500, "INVITE", ExtentTransaction},
	} {
		if got := LookupDialogEffect(c.code).On(c.method); got != c.want {
			t.Errorf("%d to %s ends the %s, want the %s", c.code, c.method, got, c.want)
		}
	}
}

func TestDialogEffectsNameMethods(t *testing.T) {
	for _, d := range DialogEffects() {
		for method := range d.byMethod {
			if method != "*" && LookupMethod(method) == nil {
				t.Errorf("dialog-effects.tsv: %d: %s is no method", d.Code, method)
			}
		}
	}
}
