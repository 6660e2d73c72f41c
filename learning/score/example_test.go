package score_test

import (
	"fmt"

	"couplet/learning/score"
)

func Example() {
	confusion := [][]int{
		{95, 5},
		{10, 90},
	}
	classes, err := score.Classes([]string{"cat", "dog"}, confusion)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range classes {
		fmt.Printf("%s: recall %.3f, precision %.3f\n", c.Name, c.Recall(), c.Precision())
	}
	p := score.Wilson(95+90, 200)
	fmt.Printf("accuracy %.3f, 95 %% interval %.3f to %.3f\n", 185.0/200, p.Low, p.High)
	// Output:
	// cat: recall 0.950, precision 0.905
	// dog: recall 0.900, precision 0.947
	// accuracy 0.925, 95 % interval 0.880 to 0.954
}
