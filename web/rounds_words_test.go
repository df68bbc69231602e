package web_test

import (
	"maps"

	"kept/figures"
	"kept/voice"
)

// The keys of rounds that are put together from a beginning and a value.
func init() {
	maps.Copy(built, map[string][]string{
		"rounds.state-":     texts(figures.RoundStates...),
		"rounds.section-":   texts(figures.RoundStates...),
		"rounds.reason-":    voice.Reasons,
		"rounds.contested-": {voice.ContestedDifference, voice.ContestedSum, voice.ContestedMissing, voice.ContestedReports, voice.ContestedResponsible},
		"rounds.why-":       texts(figures.Whys...),
		"rounds.because-":   {"suspended", "void"},
		"rounds.day-":       {"proposed", "taken", "opens", "closes", "due", "void", "lapsed", "today"},
		"rounds.event-":     {"proposed", "taken", "suspended", "resumed", "void"},
		"rounds.mode-":      {voice.ModeCards, voice.ModeAssembly},
		"rounds.about-":     {voice.ModeCards, voice.ModeAssembly, voice.LevelVillage, voice.LevelTownship},
		"rounds.published-": {voice.LevelVillage, voice.LevelTownship},
		"rounds.sure-":      {voice.LevelVillage, voice.LevelTownship},
	})
}
