namespace SelfInstruct.Models.Calls;

/// <summary>Admits attempts in order of arrival, as many at once as <see cref="LimitRule"/> says.</summary>
sealed class AdaptiveLimit(int ceiling, TimeProvider time)
{
    readonly Lock _turn = new();
    readonly Queue<Waiter> _waiters = [];
    readonly long _origin = time.GetTimestamp();
    LimitRule _rule = LimitRule.Begin(ceiling);
    int _inFlight;
    int _waiting;

    public (int Limit, int InFlight, int Waiting) Status
    {
        get
        {
            lock (_turn)
            {
                return ((int)_rule.Limit, _inFlight, _waiting);
            }
        }
    }

    /// <summary>Whoever enters must <see cref="Exit"/>.</summary>
    public Task EnterAsync(CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_turn)
        {
            if (_inFlight < (int)_rule.Limit && _waiting == 0)
            {
                _inFlight++;
                return Task.CompletedTask;
            }

            waiter = new Waiter();
            _waiters.Enqueue(waiter);
            _waiting++;
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>Since the limit began, by a clock that only goes forward.</summary>
    public TimeSpan Now => time.GetElapsedTime(_origin);

    /// <param name="started">When the attempt was sent, by <see cref="Now"/>.</param>
    /// <param name="outcome">What the limit can learn from it.</param>
    public void Exit(TimeSpan started, AttemptOutcome outcome)
    {
        lock (_turn)
        {
            _rule = outcome switch
            {
                AttemptOutcome.Answered => _rule.AfterAnswer(started, Now, _inFlight),
                AttemptOutcome.TurnedAway => _rule.AfterTurnedAway(started, Now, _inFlight),
                _ => _rule,
            };
            _inFlight--;
            AdmitWaiters();
        }
    }

    async Task WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter).ConfigureAwait(false))
        {
            try
            {
                await waiter.Task.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // It stays in the queue until its turn comes, and is passed over then.
                lock (_turn)
                {
                    _waiting--;
                    AdmitWaiters();
                }

                throw;
            }
        }
    }

    void AdmitWaiters()
    {
        while (_inFlight < (int)_rule.Limit && _waiters.TryDequeue(out var waiter))
        {
            if (waiter.TrySetResult())
            {
                _inFlight++;
                _waiting--;
            }
        }
    }

    sealed class Waiter() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What became of an attempt, as far as it says how many the server can take.</summary>
enum AttemptOutcome
{
    /// <summary>Says nothing: a fault, or given up.</summary>
    Unrelated,

    Answered,

    /// <summary>The server has too much to do.</summary>
    TurnedAway,
}
