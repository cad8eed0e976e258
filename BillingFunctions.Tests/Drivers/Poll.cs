using System.Diagnostics;

namespace BillingFunctions.Tests.Drivers;

internal static class Poll
{
    /// <summary>Asks until the answer is the one that is waited for.</summary>
    /// <exception cref="TimeoutException">It did not come in time; says what came last.</exception>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isIt, TimeSpan? timeout = null)
    {
        // What a killed process held is hidden for a minute.
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
            var pause = TimeSpan.FromMilliseconds(Math.Clamp(clock.ElapsedMilliseconds / 20, 25, 500));
            await Task.Delay(pause, TimeProvider.System);
        }
    }
}
