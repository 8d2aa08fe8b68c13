Console.WriteLine("selfinstruct");
