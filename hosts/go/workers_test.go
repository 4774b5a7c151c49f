package remora_test

import (
	"regexp"
	"testing"
)

func TestTheWorkersOfOtherTestsCountWhatTheyRecorded(t *testing.T) {
	state, _ := opened(t)
	said := command(t, ".", "run", "./internal/together", state.Directory(), "tests", "1000")
	if said != "{\"language\":\"go\",\"acknowledged\":1000}\n" {
		t.Error(said)
	}
	if stats, err := state.StatsGet(); err != nil || stats.Outcomes != 1000 || stats.Visits != 1000 {
		t.Errorf("%+v, %v", stats, err)
	}
	measured := command(t, ".", "run", "./internal/border", "2")
	if !regexp.MustCompile(`^\{"language":"go","way":"\w+","route_ns":\{"p50":[\d.]+,"p99":[\d.]+\},`).MatchString(measured) {
		t.Error(measured)
	}
}
