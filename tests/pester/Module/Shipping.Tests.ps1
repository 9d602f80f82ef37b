BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    $root = Get-RepositoryRoot
    $directory = New-TestDirectory
    $repository = "onboarding-pester-$PID"
    $manifest = Get-BuiltManifest
}

AfterAll {
    Unregister-PSResourceRepository $repository -ErrorAction Ignore
    Remove-TestDirectory $directory
}

Describe 'The module' {
    It 'is published to a repository, installed from it and imported in a fresh PowerShell' {
        $null = New-Item "$directory/repository", "$directory/home", "$directory/modules" -ItemType Directory
        Register-PSResourceRepository $repository -Uri "$directory/repository" -Trusted
        Publish-PSResource -Path (Split-Path $manifest) -Repository $repository
        Get-ChildItem "$directory/repository" -Filter 'Onboarding.*.nupkg' | Should -HaveCount 1
        Save-PSResource Onboarding -Repository $repository -Path "$directory/modules" -TrustRepository
        $installed = Get-ChildItem "$directory/modules/Onboarding/*/Onboarding.psd1"
        $installed | Should -HaveCount 1
        $said = Invoke-FreshPwsh "`$env:PSModulePath = '$directory/modules' + [System.IO.Path]::PathSeparator + `$env:PSModulePath; (Import-Module Onboarding -PassThru).ModuleBase; ('kind: X' | Test-OnboardingConfiguration -Quiet); (Get-Help Get-MeshWorkload).Synopsis"
        $said | Should -Contain (Split-Path $installed.FullName)
        $said | Should -Contain 'False'
        "$said" | Should -Match 'Lists the workloads'
    }

    It 'is installed for the user by Install-PSResource' {
        $said = Invoke-FreshPwsh "`$env:HOME = '$directory/home'; & '$(Get-PwshPath)' -NoProfile -NonInteractive -Command { Register-PSResourceRepository local -Uri '$directory/repository' -Trusted; Install-PSResource Onboarding -Repository local -TrustRepository; (Import-Module Onboarding -PassThru).ModuleBase; (Get-OnboardingContext -ListAvailable | Measure-Object).Count }"
        "$said" | Should -Match ([regex]::Escape("$directory/home"))
    }

    It 'takes no more than 15 MB' {
        (Get-ChildItem (Split-Path $manifest) -Recurse -File | Measure-Object Length -Sum).Sum | Should -BeLessThan 15MB
    }

    It 'is written in scripts that parse' {
        $scripts = Get-ChildItem "$root/build.ps1", $manifest, "$root/build/*.ps1", "$root/build/*.psd1", "$root/bench/Module/*.ps1", "$root/tests/pester/*.ps1", "$root/tests/pester/*/*.ps*1"
        foreach ($script in $scripts) {
            $errors = $null
            $null = [System.Management.Automation.Language.Parser]::ParseFile($script.FullName, [ref]$null, [ref]$errors)
            $errors | Should -BeNullOrEmpty -Because $script.FullName
        }
    }
}
