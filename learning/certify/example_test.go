package certify_test

import (
	"context"
	"fmt"
	"os"

	"couplet/learning/certify"
)

// Every optimiser beside the lower bound, with the ratio to it in brackets.
func ExampleCertify() {
	report, err := certify.Certify(context.Background(), certify.Options{Length: 20, Blocks: 40})
	if err == nil {
		err = report.Err() // no method leaves the zero chain or beats the bound
	}
	if err == nil {
		err = report.WriteTable(os.Stdout)
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// method            f ≤ 0.1·f(0)  f ≤ 0.01·f(0)  f ≤ 0.001·f(0)  growth  depth
	// lower bound                173            345             516       1    800
	// gradient descent    643 (3.72)    1264 (3.66)     1879 (3.64)       1    684
	// heavy ball          518 (2.99)    1028 (2.98)     1534 (2.97)       1    671
	// Nesterov            409 (2.36)     810 (2.35)     1209 (2.34)       1    670
	// Adam                179 (1.03)     349 (1.01)      518 (1.00)       1    518
	// AdamW               179 (1.03)     349 (1.01)      518 (1.00)       1    518
	// Adan                223 (1.29)     372 (1.08)      527 (1.02)       1    527
	// Adan (paper)        222 (1.28)     379 (1.10)      527 (1.02)       1    526
}

// Iterations against the condition number: momentum takes the square root of it on a strongly convex
// function, and nothing but a constant factor on the hard one.
func ExampleStudyPL() {
	for _, study := range []func(context.Context, certify.StudyOptions) (*certify.Study, error){certify.StudyPL, certify.StudyConvex} {
		s, err := study(context.Background(), certify.StudyOptions{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(s.Function)
		if err := s.WriteTable(os.Stdout); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// hard PL function
	// method            κ = 1088  κ = 2176  κ = 4353  κ = 8706  exponent
	// lower bound             85       171       342       685      1.00
	// gradient descent       331       638      1255      2490      0.97
	// heavy ball             263       517      1022      2029      0.98
	// Nesterov               205       401       792      1570      0.98
	// Adan                   210       222       370       703      0.60
	// strongly convex quadratic
	// method            κ = 1088  κ = 2176  κ = 4353  κ = 8706  exponent
	// gradient descent      3677      7025     13407     25549      0.93
	// heavy ball             218       309       436       616      0.50
	// Nesterov               175       244       340       473      0.48
}

// How many gradients any zero-respecting method needs to come to a hundredth of f(0).
func ExampleHard_LowerBound() {
	for _, length := range []int{5, 10, 20} {
		f, err := certify.NewHard(length, 40)
		if err != nil {
			fmt.Println(err)
			return
		}
		k, err := f.LowerBound(0.01)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("T = %d: %d\n", length, k)
	}
	// Output:
	// T = 5: 86
	// T = 10: 172
	// T = 20: 345
}
