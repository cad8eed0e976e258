using System.Diagnostics;

namespace BillingFunctions.Testing.Drivers;

internal static class Poll
{
    /// <summary>Asks until the answer is the one that is waited for.</summary>
    /// <param name="ask">Gets an answer.</param>
    /// <param name="isIt">Whether it is the one.</param>
    /// <param name="timeout">How long to ask; three minutes by default, since what a killed process held is hidden for a minute.</param>
    /// <param name="every">The pause between two questions; by default it grows with the time waited, from 25 to 500 ms.</param>
    /// <exception cref="TimeoutException">It did not come in time; says what came last.</exception>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isIt, TimeSpan? timeout = null, TimeSpan? every = null)
    {
        var limit = timeout ?? TimeSpan.FromMinutes(3);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (isIt(answer))
            {
                return answer;
            }

            if (clock.Elapsed > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds} s; the last answer was: {answer}");
            }

            // Asked all the time, what takes long would take longer.
            await Task.Delay(every ?? TimeSpan.FromMilliseconds(Math.Clamp(clock.ElapsedMilliseconds / 20, 25, 500)), TimeProvider.System);
        }
    }
}
