package hwmodel

// Grade says how a figure came about. A bill names the weakest grade among its prices, since it is
// worth no more than that.
type Grade uint8

// The grades, from the strongest to the weakest.
const (
	// Measured is measured on silicon.
	Measured Grade = iota + 1
	// Marginal is the measured energy of one more event.
	Marginal
	// Derived follows from published measurements by arithmetic that is shown.
	Derived
	// Simulated comes from circuit or pre-silicon simulation, or from a design study.
	Simulated
	// Fitted was fitted to a chip by a third party.
	Fitted
	// SecondHand is taken from a secondary source, without the paper at hand.
	SecondHand
	// Average is the power of a whole chip divided by its event rate at one activity. It contains static
	// power and is no price of an event; a bill that has to use it says so.
	Average
)

var gradeWords = []string{"", "meas", "marg", "der", "sim", "fit", "2nd", "avg"}

// gradeMeanings is for messages and manuals, in the order of the grades.
var gradeMeanings = []string{"",
	"measured on silicon",
	"marginal energy of one more event",
	"derived by arithmetic shown",
	"circuit or pre-silicon simulation",
	"fitted by a third party",
	"from a secondary source",
	"average over one activity, contains static power",
}

// String is the word of profiles: "meas", "marg", "der", "sim", "fit", "2nd" or "avg".
func (g Grade) String() string { return gradeWords[min(int(g), len(gradeWords)-1)] }

// Meaning explains the grade in a few words.
func (g Grade) Meaning() string { return gradeMeanings[min(int(g), len(gradeMeanings)-1)] }

// MarshalText writes the word.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// gradeOf finds the grade of a word.
func gradeOf(word string) (Grade, bool) {
	for g := Measured; g <= Average; g++ {
		if gradeWords[g] == word {
			return g, true
		}
	}
	return 0, false
}
