import { testSeeds } from "./seeds.ts";

testSeeds(1001, 1501);
