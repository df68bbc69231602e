package iati

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
)

// dac is the vocabulary of the five-digit sector codes of the OECD's Development
// Assistance Committee, which counts where a sector names none.
const dac = "1"

// readSectors takes the sectors and chooses the one under which the activity is
// filed: the one with the highest percentage, of equals the lower code. The DAC's
// own vocabulary goes before its three-digit one, and that before all others,
// since percentages add up within a vocabulary only.
func (a *act) readSectors() {
	for _, n := range a.n.all("sector") {
		code, ok := a.need(n, "code")
		if !ok {
			continue
		}
		vocabulary := cmp.Or(squeeze(n.attr("vocabulary")), dac)
		if vocabulary == "DAC" {
			a.warn(n, CodeVocabulary, vocabulary)
			vocabulary = dac
		}
		a.Sectors = append(a.Sectors, Sector{vocabulary, squeeze(code), a.text(n), a.percentage(n), taskCode(vocabulary, squeeze(code))})
	}
	if len(a.Sectors) == 0 {
		a.warn(a.n, CodeNoSector)
		return
	}
	slices.SortStableFunc(a.Sectors, func(x, y Sector) int {
		return cmp.Or(strings.Compare(x.Vocabulary, y.Vocabulary), -share(x).Cmp(share(y)), strings.Compare(x.Code, y.Code))
	})
	// Of equal rank MinFunc takes the first: the order just made decides.
	first := slices.MinFunc(a.Sectors, func(x, y Sector) int { return vocabularyRank(x.Vocabulary) - vocabularyRank(y.Vocabulary) })
	a.Task = first.Task
	if a.r.tasks[a.Task] == nil {
		a.r.tasks[a.Task] = &names{}
	}
	a.r.tasks[a.Task].add(first.Name)
}

func vocabularyRank(vocabulary string) int {
	switch vocabulary {
	case dac:
		return 0
	case "2":
		return 1
	}
	return 2
}

// share is a sector's percentage; one that names none has no claim.
func share(s Sector) *big.Rat {
	if r, ok := rational(s.Percentage); ok {
		return r
	}
	return new(big.Rat)
}

// taskCode is the code of the task that a sector makes.
func taskCode(vocabulary, code string) string {
	if vocabulary != dac {
		code = "v" + vocabulary + "-" + code
	}
	if codeForm.MatchString(code) {
		return code
	}
	return derivedCode("sector", code, vocabulary, code)
}

func (r *reader) sortedTasks() []Task {
	tasks := make([]Task, 0, len(r.tasks))
	for code, published := range r.tasks {
		name, _ := published.best()
		if name.In == nil && dacNames[code] != "" {
			name = Text{"en", map[string]string{"en": dacNames[code]}}
		}
		tasks = append(tasks, Task{code, name})
	}
	slices.SortFunc(tasks, func(x, y Task) int { return strings.Compare(x.Code, y.Code) })
	return tasks
}

// dacNames names the sectors in which village programmes mostly work, for files
// that give a code alone.
var dacNames = map[string]string{
	"11220": "Primary education",
	"11230": "Basic life skills for adults",
	"12220": "Basic health care",
	"12230": "Basic health infrastructure",
	"14010": "Water sector policy and administration",
	"14015": "Water resources conservation",
	"14020": "Water supply and sanitation, large systems",
	"14021": "Water supply, large systems",
	"14022": "Sanitation, large systems",
	"14030": "Basic drinking water supply and basic sanitation",
	"14031": "Basic drinking water supply",
	"14032": "Basic sanitation",
	"14040": "River basins development",
	"14050": "Waste management and disposal",
	"14081": "Education and training in water supply and sanitation",
	"16010": "Social protection",
	"16020": "Employment creation",
	"16030": "Housing policy and administration",
	"16040": "Low-cost housing",
	"16050": "Multisector aid for basic social services",
	"21010": "Transport policy and administration",
	"21020": "Road transport",
	"21021": "Feeder road construction",
	"21022": "Feeder road maintenance",
	"21023": "National road construction",
	"21024": "National road maintenance",
	"21030": "Rail transport",
	"21040": "Water transport",
	"21061": "Storage",
	"31110": "Agricultural policy and administration",
	"31120": "Agricultural development",
	"31130": "Agricultural land resources",
	"31140": "Agricultural water resources",
	"31150": "Agricultural inputs",
	"31161": "Food crop production",
	"31162": "Industrial and export crops",
	"31163": "Livestock",
	"31164": "Agrarian reform",
	"31165": "Agricultural alternative development",
	"31166": "Agricultural extension",
	"31181": "Agricultural education and training",
	"31182": "Agricultural research",
	"31191": "Agricultural services",
	"31192": "Plant and post-harvest protection and pest control",
	"31193": "Agricultural financial services",
	"31194": "Agricultural co-operatives",
	"31195": "Livestock and veterinary services",
	"31210": "Forestry policy and administration",
	"31220": "Forestry development",
	"31261": "Fuelwood and charcoal",
	"31281": "Forestry education and training",
	"31282": "Forestry research",
	"31291": "Forestry services",
	"31310": "Fishing policy and administration",
	"31320": "Fishery development",
	"43040": "Rural development",
}
