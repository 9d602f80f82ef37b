using Onboarding.Samples.JwtCredentialPlugin;

return args is ["generate", "key", "-o", var prefix]
    ? KeyPair.Generate(prefix, Console.Out)
    : Plugin.Answer(Environment.GetEnvironmentVariable, Console.In, Console.Out, TimeProvider.System);
