import deepforge

class ShowGraph():
    def execute(self):
        graph = deepforge.Graph('My Graph')  # created a new graph called "My Graph"

        line1 = graph.line('first line')  # created a new line called "first line"
        line2 = graph.line('second line')  # created a second line called "second line"

        line1.add(1, 3)  # adding point (1, 3) to line1
        line2.add(1, 4)  # adding point (1, 4) to line2
        line1.add(2, 5)  # adding point (2, 5) to line1
        line2.add(2, 6)  # adding point (2, 6) to line2

        graph.xlabel('x axis')  # label the x axis "x axis"
        graph.ylabel('y axis')  # label the y axis "y axis"
