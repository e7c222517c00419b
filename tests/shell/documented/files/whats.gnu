The quick brown fox.
The dog, and the fox;
no DOG!
